import type { BuildRecord } from '../shared/build-record.ts'
import { type Ami, DISK_FILE, type Disk, diskTag } from '../shared/disk.ts'
import { bytes } from '../shared/size.ts'
import { copyable } from './copyable.ts'
import { type Html, html } from './html.ts'
import { heading, sentence } from './sentence.ts'
import * as words from './words.ts'

/** Partitions of AWS with another console are not linked to. */
const REGION = /^(?!cn-|us-gov-|us-iso|eu-isoe-|eusc-)[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/
const AMI_ID = /^ami-[0-9a-f]{8,17}$/

/** A disk as a machine: one that BIOS starts and that nothing reaches but its port 8080, by way of this machine's. */
const QEMU = [
  'qemu-system-x86_64 -machine q35 -m 512 -nographic',
  '-drive file=disk.img,format=raw,if=none,id=root -device nvme,drive=root,serial=root,bootindex=1',
  '-netdev user,id=net,hostfwd=tcp:127.0.0.1:8080-:8080 -device virtio-net-pci,netdev=net,romfile=',
].join(' ')

type Published = Pick<BuildRecord, 'service' | 'version' | 'disk' | 'ami'>

/** The disk of a build of type AMI, how it is taken and started, and what AWS has of it; nothing of type Docker. */
export function diskSheet(
  { service, version, disk, ami }: Published,
  registryPull: string,
): Html | undefined {
  if (disk === undefined) return undefined
  const image = `${registryPull}/${service}:${diskTag(version)}`
  return html`<section aria-labelledby="disk"><h2 id="disk">Disk</h2>
<div class="sheet">${facts(image, disk)}${ami && awsFacts(ami)}
${copyable('Get the disk where npm start runs', `npm run disk -- ${service}:${version}`)}
${copyable('Get the disk with oras', `oras pull ${image} && tar -xzSf ${DISK_FILE}`)}
${copyable('Start it in QEMU', QEMU)}
<p class="soft">${sentence(words.portInside)}</p></div></section>`
}

function facts(image: string, { digest, gib, size, kernel, booted }: Disk): Html {
  return html`<dl><div class="wide"><dt>Name</dt><dd class="mono">${image}</dd></div>
<div><dt>Size on disk</dt><dd>${gib} GiB</dd></div>
<div><dt>Stored, compressed</dt><dd>${bytes(size)}</dd></div>
<div><dt>Kernel</dt><dd>${kernel}</dd></div>
<div class="wide"><dt>Boot test</dt><dd>${heading(booted)}</dd></div>
<div class="wide"><dt>Digest</dt><dd class="mono">${digest}</dd></div></dl>`
}

function awsFacts({ id, region, snapshot }: Ami): Html {
  const known = REGION.test(region) && AMI_ID.test(id)
  const page = `https://${region}.console.aws.amazon.com/ec2/home?region=${region}#ImageDetails:imageId=${id}`
  return html`<dl><div><dt>AMI</dt><dd class="mono">${known ? html`<a href="${page}">${id}</a>` : id}</dd></div>
<div><dt>Region</dt><dd>${region}</dd></div>
<div><dt>Snapshot</dt><dd class="mono">${snapshot}</dd></div></dl>`
}
