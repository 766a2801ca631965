"""What is said, when, and by whom: the pure parts of transcription and diarization.

``audio`` reads the WAV piece by piece, ``windows`` cuts it at pauses, ``words`` puts the
model's words back onto the source's timeline, ``transcript`` is the shape of transcript.json,
``speakers`` joins words and turns, ``journal`` remembers finished work across a kill and
``weights`` finds and checks model files. The models themselves are run by ``steps/``.
"""
