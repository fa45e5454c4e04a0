/** Values of postgresql.conf by name. */
export type ServerSettings = Readonly<Record<string, string | number | boolean>>;

/**
 * The lines to append to initdb's postgresql.conf: TLS only, one address, everything logged, and no
 * durability, since the server lives no longer than a run.
 *
 * @param port where to listen on 127.0.0.1
 * @param overrides further settings; they win
 */
export function serverConfiguration(port: number, overrides: ServerSettings = {}): string {
  const settings: ServerSettings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    ssl: true,
    ssl_cert_file: 'server.crt',
    ssl_key_file: 'server.key',
    password_encryption: 'scram-sha-256',
    log_destination: 'stderr',
    logging_collector: false,
    log_statement: 'all',
    log_connections: true,
    log_disconnections: true,
    log_line_prefix: '%m [%p] %q%u@%d %a ',
    log_timezone: 'UTC',
    timezone: 'UTC',
    max_connections: 200,
    shared_buffers: '32MB',
    fsync: false,
    synchronous_commit: false,
    full_page_writes: false,
    ...overrides,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${literal(value)}\n`)
    .join('');
}

function literal(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return `'${String(value).replaceAll("'", "''")}'`;
}

/** pg_hba.conf: SCRAM over TLS, and nothing else. */
export const HOST_BASED_AUTHENTICATION = [
  'hostssl   all all all scram-sha-256',
  'hostnossl all all all reject',
  '',
].join('\n');
