/** What every storage backend must do. A backend's test file calls this once. */
import type { BatteryBackend } from './fixtures.ts';
import { writeAndReadBattery } from './write-and-read.ts';

export type { BatteryBackend, BatteryDatabase, BatteryOpenOptions } from './fixtures.ts';

export function storageBattery(backend: BatteryBackend): void {
  writeAndReadBattery(backend);
}
