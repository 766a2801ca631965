"""The HTTP and WebSocket edge: rank 5, the top. It asks the actors below.

edge      every request and socket passes it first: Host, Origin, token, limits
app       puts the routes together; errors as JSON; OpenAPI
projects  jobs  clips  exports  session   the routes, one file a subject
uploads   tus 1.0.0
media     files with Range, ETag and If-Range
live      the event stream
studio    the browser application's files
server    the listening socket, hypercorn, and the end of it all
"""
