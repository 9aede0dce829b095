/** Memory errors that the hardware corrected or could not correct, by memory controller and row. */
import type { HostFiles } from '../host-files.ts';
import type { LabelPairs, MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

export const edacModule: HostModule = {
  name: 'edac',
  create({ files }) {
    return (out) => {
      const root = files.sys('devices/system/edac/mc');
      const controllers = files.list(root).filter((name) => /^mc\d+$/.test(name));
      for (const name of controllers) writeController(files, `${root}/${name}`, name.slice('mc'.length), out);
    };
  },
};

function writeController(files: HostFiles, directory: string, controller: string, out: MetricText): void {
  const write = (file: string, metric: string, help: string, labels: LabelPairs): void => {
    const value = files.readNumber(`${directory}/${file}`);
    if (value !== undefined) out.counter(`node_edac_${metric}_total`, help).add(value, labelText(labels));
  };
  const rowCe = 'Memory errors corrected, by row.';
  const rowUe = 'Memory errors that could not be corrected, by row.';
  write('ce_count', 'correctable_errors', 'Memory errors corrected.', { controller });
  write('ue_count', 'uncorrectable_errors', 'Memory errors that could not be corrected.', { controller });
  write('ce_noinfo_count', 'csrow_correctable_errors', rowCe, { controller, csrow: 'unknown' });
  write('ue_noinfo_count', 'csrow_uncorrectable_errors', rowUe, { controller, csrow: 'unknown' });
  for (const row of files.list(directory)) {
    const csrow = /^csrow(\d+)$/.exec(row)?.[1];
    if (csrow === undefined) continue;
    write(`${row}/ce_count`, 'csrow_correctable_errors', rowCe, { controller, csrow });
    write(`${row}/ue_count`, 'csrow_uncorrectable_errors', rowUe, { controller, csrow });
  }
}
