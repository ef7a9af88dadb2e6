import os
import tempfile

os.environ["BAKERY_DATABASE"] = f"sqlite:///{tempfile.mkdtemp()}/bakery.db"
