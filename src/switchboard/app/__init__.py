"""The composition root: the only place that knows every room.

rooms     the cold rooms over one database, as `serve` and the offline commands share them
center    a running node: rooms, Floors, media workers, SIP, web
doors     what the web asks of voice, configuration and operation, answered
people    people as administrators manage them; `phones` and `dismissal` beside it
metrics   how the node fares, for Prometheus
control   the local socket by which the command line reaches a running node
running   `serve` and `demo`: start, announce, wait, drain, stop
past      rows that days of calls would have left, made up
samples   the past of the example center
offline   `apply`, `export`, `backup`, `restore`, `migrate`
"""
