/** Told now and then how far reading has come, in bytes as they lie on the disk. */
export type Progress = (bytesRead: number, totalBytes: number | undefined, file: string) => void;

/** Takes the length of every read of a file, and 0 at its end. */
export type Count = (bytes: number) => void;

/** Begins to count a file. */
export type Meter = (file: string, totalBytes: number | undefined) => Count;

/** How many bytes lie between two reports. Counted in bytes, not time: the same input gives the same reports. */
const REPORT_EVERY_BYTES = 4 * 1_024 * 1_024;

/** Makes a meter that reports every 4 MiB, over all files together, and at the end of a file that was reported before. */
export function createMeter(progress: Progress | undefined): Meter {
  let unreported = 0;
  return (file, totalBytes) => {
    let bytesRead = 0;
    let reported = 0;
    return (bytes) => {
      bytesRead += bytes;
      unreported += bytes;
      const atEnd = bytes === 0 && reported > 0 && bytesRead > reported;
      if (unreported < REPORT_EVERY_BYTES && !atEnd) return;
      unreported = 0;
      reported = bytesRead;
      progress?.(bytesRead, totalBytes, file);
    };
  };
}
