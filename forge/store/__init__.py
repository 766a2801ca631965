"""Every SQL statement of FORGE, as functions on a connection inside a transaction.

The functions take the time as an argument and open no transaction of their own: whoever owns
the connection (the ledger actor, or a test) wraps each call in
:func:`~forge.store.connection.transaction`, so that a call happens whole or not at all.
"""
