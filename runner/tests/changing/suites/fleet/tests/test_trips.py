from fleet.models import Stop, Trip
from tests.support.factories import VehicleFactory
from tests.support.making import make_trip, make_vehicle


def test_trip(world):
    vehicle = make_vehicle(world.session, seats=3)
    trip = make_trip(world.session, vehicle, "Braga", "Porto")
    assert [stop.place for stop in trip.stops] == ["Braga", "Porto"]
    assert trip.state == "open"


def test_stop_alone(world):
    stop = Stop(place="Aveiro")
    world.session.add(stop)
    world.session.commit()
    assert stop.trip.stops == [stop]


def test_trips_of_a_vehicle(world):
    vehicle = VehicleFactory(seats=8)
    world.session.add_all([Trip(vehicle_id=vehicle.id, number=n) for n in (1, 2)])
    world.session.commit()
    assert len(vehicle.trips) == 2


def test_closed(world):
    world.session.add(Trip(number=9, state="closed"))
    world.session.commit()
    assert world.session.query(Trip).filter_by(state="closed").count() == 1
    assert world.session.query(Trip).count() == 1
