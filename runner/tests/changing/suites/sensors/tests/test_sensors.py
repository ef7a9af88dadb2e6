from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from sensors.models import Reading, Sensor, Site, Unit

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 5, 1, 12)


async def count(session: AsyncSession, model) -> int:
    return await session.scalar(select(func.count()).select_from(model))


async def make_site(session: AsyncSession, code: str) -> Site:
    site = Site(code=code)
    session.add(site)
    await session.commit()
    return site


async def test_site(async_db: AsyncSession):
    site = Site(code="OPO", city="Porto")
    async_db.add(site)
    await async_db.commit()
    await async_db.refresh(site)
    assert site.opened_at is not None
    assert await count(async_db, Site) == 1


async def test_code_is_unique(async_db: AsyncSession):
    async_db.add(Site(code="OPO", city="Porto"))
    await async_db.commit()
    async_db.add(Site(code="OPO", city="Other Porto"))
    with pytest.raises(IntegrityError):
        await async_db.commit()
    await async_db.rollback()
    assert await count(async_db, Site) == 1


async def test_sensor_at_site(async_db: AsyncSession):
    site = await make_site(async_db, "LIS")
    sensor = Sensor(site_id=site.id, label="roof")
    async_db.add(sensor)
    await async_db.commit()
    await async_db.refresh(sensor)
    assert sensor.site.code == "LIS"
    assert sensor.active


async def test_readings(async_db: AsyncSession):
    sensor = Sensor(label="cellar", unit=Unit.CELSIUS)
    async_db.add(sensor)
    async_db.add_all(
        [Reading(sensor=sensor, value=20 + hour, taken_at=NOON + timedelta(hours=hour)) for hour in range(3)]
    )
    await async_db.commit()
    mean = await async_db.scalar(select(func.avg(Reading.value)))
    assert mean == 21
    assert await count(async_db, Reading) == 3


async def test_reading_needs_a_value(async_db: AsyncSession):
    reading = Reading(taken_at=NOON)
    async_db.add(reading)
    with pytest.raises(IntegrityError):
        await async_db.flush()
    await async_db.rollback()


async def test_labels_of_one_site(async_db: AsyncSession):
    site = await make_site(async_db, "FAO")
    async_db.add_all([
        Sensor(site=site, label="gate", unit=Unit.PERCENT),
        Sensor(site=site, label="gate", unit=Unit.CELSIUS),
    ])
    with pytest.raises(IntegrityError):
        await async_db.commit()
    await async_db.rollback()
    assert await count(async_db, Sensor) == 0


async def test_labels_of_two_sites(async_db: AsyncSession):
    for code in ("LIS", "FAO"):
        site = await make_site(async_db, code)
        async_db.add(Sensor(site_id=site.id, label="gate", unit=Unit.PERCENT))
    await async_db.commit()
    assert await count(async_db, Sensor) == 2


@pytest.mark.parametrize("unit", list(Unit))
async def test_units(async_db: AsyncSession, unit: Unit):
    async_db.add(Sensor(label="any", unit=unit))
    await async_db.flush()
    found = (await async_db.scalars(select(Sensor))).all()
    assert [sensor.unit for sensor in found] == [unit]
