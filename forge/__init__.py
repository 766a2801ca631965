"""FORGE turns a long recording into vertical clips, on the owner's own machine.

The map, from the ground up (a module imports only what stands above it here):

    errors          the one error a user may see: what, why, what to do
    exits           exit codes of the command line
    endings         how a command ends when something went wrong
    failpoints      named instants at which a test kills FORGE
    model           the values that travel: project, VOD, job, step, clip
    config          settings and limits, each with its unit
    naming          the names that people see on exported files
    jobs            the job state machine, leases, retry: pure arithmetic on time
    pipeline        the steps as data
    planning        which of a job's steps can run next
    remaining       how long a job will still take
    confinement     what a step's process may use
    children        the record of running children, for the FORGE that comes after a kill
    durable         what survives a power loss, and a disk that refuses, in words
    journal         finished work that survives a kill, and the files that grow with it
    manifest        which files an artifact has, and how large they are
    holds           who uses what in the data folder right now
    library         ids and keys to paths; stage, fsync, rename
    disk/           room in the data folder: quota and floor, who uses what, what may go
    edge/           who may talk to the server, and in what form
    spec            what a step is told, and how it answers
    speech/         words with times, and who said them
    captions/       words to cues to ASS, SRT and VTT
    layout/         zones and presets to a filter graph
    media/          ffmpeg command lines, probing, progress
    disk/needs      what a step is going to write
    exports/        a clip's picture and sound, and the cut list for other editors
    scoring/        signals, candidates, boundaries, reasons
    store/          every SQL statement
    consequences    what is written beside a step's result
    steps/          one file a step, each run as a child process
    demo_sound      the demo recording's voice and game
    demo            a recording to try FORGE with
    demo_process    the process in which it is made for a browser
    doctor          what this installation can do
    options         options that several commands share
    __main__        the command line, and the only door to `actors/`

Nothing in here knows about tasks or sockets: that is the floor above, `actors/`.
"""

__version__ = "0.1.0"
