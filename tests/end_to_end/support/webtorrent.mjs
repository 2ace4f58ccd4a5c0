// Downloads a torrent from its web seeds alone: node webtorrent.mjs PLACE TORRENT FOLDER. What lies in PLACE is WebTorrent.
import process from 'node:process'

const [place, torrent, folder] = process.argv.slice(2)
const { default: WebTorrent } = await import(`${place}/node_modules/webtorrent/index.js`)
const client = new WebTorrent({ dht: false, lsd: false, tracker: false, utp: false, natUpnp: false, natPmp: false })

function fail (trouble) {
  console.error(trouble.message)
  process.exit(1)
}
client.on('error', fail)
client.add(torrent, { path: folder }, (added) => {
  added.on('error', fail)
  // What is on its way to the disk is written before it is gone.
  const end = () => client.destroy(() => process.exit(0))
  if (added.done) end()
  else added.on('done', end)
})
