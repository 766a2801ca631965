"""Who is alive while FORGE runs. From the top of the chain of command down:

    api         rank 5   sockets, limits, auth, routes; asks the actors below
    supervisor  rank 4   claims jobs, starts steps, cancels, retries, reclaims
    worker      rank 3   one per step kind: message -> child process -> artifacts -> result
    janitor     rank 2   sweeps the data folder, and says whether there is room on the disk
    ledger      rank 1   the only owner of the database

Messages are sent downwards only, so no circle of waiting actors can close. Upwards go a one-shot
reply, an event that is set, or the bus, which never blocks. Each actor's module says in its
docstring which messages it takes, which it sends, and when it dies.

Beside them stand what they are made of (``kernel``), what they hand around (``assignment``,
``inflight``, ``heartbeat``), the child processes (``group``, ``process``, ``demo``), how all of it
starts and stops (``system``, ``door``), and the commands (``running``, ``clipping``, ``listing``,
``following``, ``telling``), which talk to the API through ``client``.
"""
