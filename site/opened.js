/** Files that a visitor hands over, on their way to Python: the page does not read them. */

/** @typedef {import("./wire.js").Message} Message */

/** @param {Message} message */
const opens = ({ type, name }) => type === "event" && name === "open";

/**
 * The message as it crosses: with files go their paths, which not every browser sends along.
 * @param {Message} message if it is `event {name: "open", files}`; any other stays
 * @returns {Message}
 */
export function withNames(message) {
  if (!opens(message)) return message;
  /** @type {File[]} */
  const files = [...message.files];
  const names = message.names ?? files.map((file) => file.webkitRelativePath || file.name);
  return { ...message, files, names };
}

/**
 * Whether these are files that the next worker has to be given again. A network is part of the state, and as it was in
 * the file it would undo what was learnt since; images are in no state.
 * @param {Message} message
 */
export function lasts(message) {
  const network = (/** @type {string} */ name) => /^[^/]*\.(npz|json)$/i.test(name);
  return opens(message) && !message.names.every(network);
}

/**
 * All files that were dropped, those in folders too.
 * @param {DataTransfer} transfer read at once: it is empty when the event is over
 * @returns {Promise<{files: File[], names: string[]}>} to be sent with `event {name: "open"}`
 */
export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  /** @type {File[]} */
  const files = [];
  /** @type {string[]} */
  const names = [];
  /** @param {any} entry @param {string} folder */
  const walk = async (entry, folder) => {
    if (entry.isDirectory) {
      const reader = entry.createReader();
      for (;;) {
        // A reader gives some at a time, and at last none.
        const some = await new Promise((yes, no) => reader.readEntries(yes, no));
        if (!some.length) return;
        for (const each of some) await walk(each, `${folder}${entry.name}/`);
      }
    }
    const file = entry.isFile ? await new Promise((yes, no) => entry.file(yes, no)) : entry;
    files.push(file);
    names.push(folder + file.name);
  };
  for (const entry of entries) if (entry) await walk(entry, "");
  return { files, names };
}
