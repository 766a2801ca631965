"""Who is alive while FORGE runs. From the top of the chain of command down:

    api         rank 4   sockets, limits, auth, routes; asks the supervisor and the ledger
    supervisor  rank 3   claims jobs, starts steps, cancels, retries, reclaims
    worker      rank 2   one per step kind: message -> child process -> artifacts -> result
    ledger      rank 1   the only owner of the database

Messages are sent downwards only, so no circle of waiting actors can close. Upwards go a one-shot
reply, an event that is set, or the bus, which never blocks. Each actor's module says in its
docstring which messages it takes, which it sends, and when it dies.
"""
