// The audit of a dump without any explanation: what naming causes and mitigations is measured against.
import { setFlagsFromString } from 'node:v8';
import { writeAll } from '../../../infra/cli/io.ts';
import { toJson } from '../../../infra/cli/output/report-text.ts';
import { judgeCluster } from '../../../shared/domain/judge-cluster.ts';
import { epochMs } from '../../../shared/domain/units.ts';
import { createDumpReader } from '../../../shared/dump/dump-reader.ts';
import { toMetadata, toReport } from '../../../shared/report/to-report.ts';

// As infra/cli/main.ts does.
setFlagsFromString('--semi-space-growth-factor=1');
const [file = ''] = process.argv.slice(2);
const facts = await createDumpReader([file], { stdin: process.stdin }).read();
const { installation, nodes, problems } = judgeCluster(facts);
const unexplained = nodes.map((node) => ({ ...node, causes: [] }));
const metadata = toMetadata(facts, epochMs(Date.now()), { cluster: 'default', source: file });
const explanation = { nodes: unexplained, mitigationsFor: () => [], problems };
await writeAll(process.stdout, toJson(toReport(installation, explanation, metadata)));
