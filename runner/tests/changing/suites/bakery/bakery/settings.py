import os

# Nothing works without it: whoever imports this has to say where the orders are kept.
DATABASE = os.environ["BAKERY_DATABASE"]
