import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createFunction, invoke, startLambda, until } from './support';

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the processes', () => {
  it('end after their idle time', async () => {
    const other = await startLambda({ settings: { idleMs: 50 } });
    await createFunction(other, 'idle', 'return 1;');
    await invoke(other, 'idle');
    await until('it ended', () => other.pids.size === 0);
    await other.close();
  });

  it('are gone when close() is over, running ones too', async () => {
    const other = await startLambda();
    await createFunction(other, 'f', 'console.log("began"); if (event.hang) for (;;);');
    await invoke(other, 'f');
    const hanging = other.lambda.invoke('f', '{"hang":true}');
    const idle = other.lambda.invoke('f', '{}');
    await idle;
    await until('it hangs', () => other.lambda.logsOf('f').split('began').length === 4);
    const pids = [...other.pids];
    expect(pids.length).toBeGreaterThan(0);
    await other.close();
    expect(pids.filter(isRunning)).toEqual([]);
    expect(await hanging).toMatchObject({ functionError: 'Unhandled' });
  });

  it('end by themselves when their standard input closes, as it does when their host is gone', async () => {
    const asked: string[] = [];
    const silent = createServer((request) => void asked.push(request.url ?? '')).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const taskRoot = mkdtempSync(path.join(tmpdir(), 'bootstrap-'));
    writeFileSync(
      path.join(taskRoot, 'index.js'),
      'exports.handler = async () => 1; setInterval(() => 1, 1000);',
    );
    const child = spawn(process.execPath, ['local/lambda/bootstrap.cjs'], {
      env: {
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(silent.address() as AddressInfo).port}`,
        _HANDLER: 'index.handler',
        LAMBDA_TASK_ROOT: taskRoot,
      },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const ended = once(child, 'exit');
    await until('it waits for work', () => asked.includes('/2018-06-01/runtime/invocation/next'));
    expect(child.exitCode).toBeNull();
    child.stdin.end();
    expect(await ended).toEqual([0, null]);
    silent.closeAllConnections();
    silent.close();
    rmSync(taskRoot, { recursive: true });
  });
});
