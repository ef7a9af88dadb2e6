import pytest
from sqlalchemy.exc import IntegrityError

from fleet.models import Depot, Van, Vehicle
from tests.support.making import make_depot, make_vehicle


class TestVehicles:
    def test_vehicle(self, world):
        vehicle = make_vehicle(world.session, seats=4)
        assert vehicle.depot.code == "D-1"
        assert vehicle.made_at is not None
        assert vehicle.kind == "vehicle"

    def test_vehicle_again(self, world):
        depot = make_depot(world.session)
        make_vehicle(world.session, depot, seats=2)
        assert world.session.query(Vehicle).count() == 1
        assert [vehicle.seats for vehicle in depot.vehicles] == [2]

    def test_van(self, world):
        van = Van(plate="VV-11-VV", volume=12)
        world.session.add(van)
        world.session.commit()
        assert world.session.query(Vehicle).one() is van
        assert van.kind == "van"

    def test_plates_are_unique(self, world):
        depot = make_depot(world.session)
        world.session.add(Vehicle(plate="ZZ", seats=1, depot_id=depot.id))
        world.session.commit()
        twin = Vehicle(plate="ZZ", seats=1, depot_id=depot.id)
        world.session.add(twin)
        with pytest.raises(IntegrityError):
            world.session.commit()
        world.session.rollback()

    def test_no_depot(self, world):
        with pytest.raises(IntegrityError):
            world.session.add(Vehicle(plate="YY", seats=1, depot_id=4711))
            world.session.commit()
        world.session.rollback()
        assert world.session.query(Vehicle).count() == 0


class TestDepots:
    def test_city(self, pair):
        session, _ = pair
        depot = Depot(code="D-7")
        session.add(depot)
        session.commit()
        assert depot.id
        assert session.query(Depot).filter_by(code="D-7").count() == 1

    def test_empty(self, pair):
        session, _ = pair
        depot = make_depot(session, "D-7")
        assert depot.vehicles == []
        assert session.query(Depot).count() == 1
