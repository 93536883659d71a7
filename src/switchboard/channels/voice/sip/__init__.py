"""SIP: phones and trunks. The shell around `protocols/sip`: sockets, timers, calls, registrations, who may call.

stack   SipStack: start, dial, on_invite          leg        one side of a call, inbound or outbound
events  what a leg tells                          transport  UDP and TCP, flows
registrar, authenticator, trunk_registration, trunk_health, gate (who may call), guard (floods)

    stack = SipStack(clock=clock, entropy=SystemRandom(), tasks=tasks)
    stack.on_invite = lambda leg: leg.answer(sdp)      # an InboundLeg; leg.on_event tells the rest
    await stack.start("127.0.0.1", 5060)
    leg = stack.dial("sip:anna@127.0.0.1:5070", from_user="300", sdp=offer)
    leg.on_event = print
"""
