/** What every storage backend must do. A backend's test file calls this once. */
import { alertEventsBattery } from './alert-events.ts';
import { boundsBattery } from './bounds.ts';
import type { BatteryBackend } from './fixtures.ts';
import { keepingBattery } from './keeping.ts';
import { listingsBattery } from './listings.ts';
import { repeatsBattery } from './repeats.ts';
import { stateBattery } from './state.ts';
import { writeAndReadBattery } from './write-and-read.ts';

export type { BatteryBackend } from './fixtures.ts';

export function storageBattery(backend: BatteryBackend): void {
  writeAndReadBattery(backend);
  repeatsBattery(backend);
  boundsBattery(backend);
  keepingBattery(backend);
  listingsBattery(backend);
  stateBattery(backend);
  alertEventsBattery(backend);
}
