"""How staff come in: the API, the live feed and the built user interface.

    doors = Doors(clock=clock, sessions=tenancy, desk=RoutingDesk(...), board=RoutingBoard(...), ...)
    app = create_app(doors, Edge(secure=True))
    server = await serve(app, "127.0.0.1", 8080)
    ...
    await server.close(drain=5)

It knows the other rooms only through `doors`; `rooms/` holds the real ones behind them. What goes over the
wire is in `messages` and `frames`; `api/` has a file of routes per subject, `live/` the feed. A route says
in its signature who may use it (`access`); every failure is answered in one shape (`failures`).
"""
