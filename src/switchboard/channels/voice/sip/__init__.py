"""SIP: phones and trunks. The shell around `protocols/sip`: sockets, timers, calls, registrations, who may call.

stack      SipStack: start, dial, on_invite           useragent  the same without sockets
leg        one side of a call: inbound, outbound      events     what a leg tells
reoffers   re-INVITE and UPDATE                       referrals  REFER and NOTIFY
transport  UDP and TCP; flows, limits                 guard      floods and insisting strangers
registrar  where phones are; authenticator            gate       who may call
trunk_registration, trunk_health: what we send to providers

    stack = SipStack(clock=clock, entropy=SystemRandom(), tasks=tasks)
    stack.on_invite = lambda leg: leg.answer(sdp)      # an InboundLeg; leg.on_event tells the rest
    await stack.start("127.0.0.1", 5060)
    leg = stack.dial("sip:anna@127.0.0.1:5070", from_user="300", sdp=offer)
    leg.on_event = print
"""
