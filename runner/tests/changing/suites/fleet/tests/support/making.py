"""What several test files need."""

from fleet.models import Depot, Stop, Trip, Vehicle


def make_depot(session, code="D-1"):
    depot = Depot(code=code, city="Coimbra")
    session.add(depot)
    session.flush()
    return depot


def make_vehicle(session, depot=None, **values):
    vehicle = Vehicle(depot=depot or make_depot(session), plate="AA-00-AA", **values)
    session.add(vehicle)
    session.commit()
    return vehicle


def make_trip(session, vehicle, *places):
    trip = Trip(vehicle_id=vehicle.id, number=len(vehicle.trips) + 1)
    session.add(trip)
    session.flush()
    for place in places:
        session.add(Stop(trip=trip, place=place))
    session.commit()
    return trip
