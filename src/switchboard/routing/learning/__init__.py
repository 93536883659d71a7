"""What agents' past says about their next contact: numbered versions that the Floor takes over.

    learned = learn(handled, version=12, rules={"support": OutcomeRule()})     # pure; long: in a thread
    gains(handled, rules)                                                      # what the versions so far have brought

Reading order: model (what is learned from), decide (how), gains (what it brings), store and service (from where,
and who keeps it).
"""
