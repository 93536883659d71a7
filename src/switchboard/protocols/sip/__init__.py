"""SIP (RFC 3261): messages, transactions, dialogs and digest, as plain state machines.

Bytes in, events out; no socket, no clock, no randomness of its own: `now`, timers and entropy are arguments.

message  parse and write      uri     addresses       transaction  section 17 as tables, `TransactionLayer` runs them
framing  messages on a stream header  Via, lists      dialog       section 12: tags, routes, sequence numbers
timers   deadlines in lines   digest  RFC 7616 + 8760 replaces     names of dialogs in Replaces

    request = parse(b"OPTIONS sip:a@b SIP/2.0\\r\\n...")
    response = Response.to(request, 200)
    wire = response.encode()
"""
