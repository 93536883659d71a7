"""Orders, tickets, claims, appointments.

Empty until the desk opens cases; it will hold one table of cases and their stages.
"""
