import unittest

from app import app, hits


class HitsTest(unittest.TestCase):
    def setUp(self):
        hits.delete("hits")
        self.client = app.test_client()

    def test_nobody_has_come_yet(self):
        self.assertEqual(self.client.get("/hits").get_json(), {"hits": 0})

    def test_each_visit_counts(self):
        self.assertEqual(self.client.get("/").get_json(), {"hits": 1})
        self.assertEqual(self.client.get("/").get_json(), {"hits": 2})

    def test_asking_is_no_visit(self):
        self.client.get("/")
        self.client.get("/hits")
        self.assertEqual(self.client.get("/hits").get_json(), {"hits": 1})


if __name__ == "__main__":
    unittest.main()
