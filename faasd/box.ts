/** Where things are on a box with faasd, and which addresses it uses: all of it is faasd's own default. */
export const BOX = {
  /** everything of ours */
  state: '/var/lib/artefacto',
  /** faasd's working folder, with docker-compose.yaml and the secrets of the gateway */
  faasd: '/var/lib/faasd',
  /** where faasd-provider keeps the functions' secrets */
  functionSecrets: '/var/lib/faasd-provider/secrets/openfaas-fn',
  units: '/etc/systemd/system',
  logrotate: '/etc/logrotate.d',
  dockerSocket: '/run/docker.sock',
  /** the host, as functions and core services see it (faasd's CNI bridge openfaas0) */
  bridge: '10.62.0.1',
  gateway: 'http://127.0.0.1:8080',
  registry: '127.0.0.1:5000',
}

export type Box = typeof BOX
