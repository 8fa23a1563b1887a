"""Evenings with everything going wrong at once, decided by one seed and repeated by it.

Several people and workers are at it together, each on a thread and a database connection of its
own, and only ever one of them moves. Before every statement, commit, call to Stripe and mail the
dice decide who is next, and whether the one that moves is killed, cut off or left without an
answer. So a race is no accident of the machine: the seed that found it finds it again.
"""
