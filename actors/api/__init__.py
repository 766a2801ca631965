"""The HTTP and WebSocket edge: rank 5, the top. It asks the actors below.

edge           every request and socket passes it first: Host, Origin, token
app            puts the routes together; errors as JSON
context        what every route needs: the system, who asks, ids that are ids
projects  naming  chats  jobs  clips  captions  exports  demo  session   routes, one file a subject
imports        what an import checks and writes
uploads        tus 1.0.0; arrivals takes the bytes, upload_folder is what lies on the disk
media          files with Range, ETag and If-Range; preview is a proxy that is being made
live           the event stream
studio         the browser application's files
bodies  json  packing   what comes in has bounds, what goes out is packed
document  description   the OpenAPI document
connections    how many there may be, and how all of them end
server         the listening socket, Hypercorn, and the end of it all
"""
