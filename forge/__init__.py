"""FORGE turns a long recording into vertical clips, on the owner's own machine.

The map, from the ground up (a module imports only what stands above it here):

    errors      the one error a user may see: what, why, what to do
    config      settings and limits, each with its unit
    model       the values that travel: project, VOD, job, step, clip
    jobs        the job state machine, leases, retry: pure arithmetic on time
    pipeline    the steps as data
    planning    which of a job's steps can run next
    durable     what survives a power loss, and a disk that refuses, in words
    holds       who uses what in the data folder right now
    library     ids and keys to paths; stage, fsync, rename
    disk/       room in the data folder: quota and floor, who uses what, what may go
    edge/       who may talk to the server, and in what form
    media/      ffmpeg command lines, probing, progress
    captions/   words to cues to ASS, SRT and VTT
    layout/     zones and presets to a filter graph
    exports/    names, and the cut list for other editors
    scoring/    signals, candidates, boundaries, reasons
    store/      every SQL statement
    steps/      one file a step, each run as a child process
    options     options that several commands share
    __main__    the command line, and the only door to `actors/`

Nothing in here knows about tasks or sockets: that is the floor above, `actors/`.
"""

__version__ = "0.1.0"
