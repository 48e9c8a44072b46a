/** What this browser keeps for the demos of this site: one record for each, in IndexedDB. */

const DATABASE = "pyml";
const STORE = "kept";

/**
 * @typedef {object} Kept
 * @property {number} at when, in milliseconds
 * @property {number} steps
 * @property {number} bytes
 * @property {string} link what the link said then
 * @property {{header: object, arrays: ArrayBufferView[]}} state as Python sent it
 */

/** Stays open: a page that goes has no time to open it. @type {Promise<IDBDatabase>|null} */
let opened = null;

/** @returns {Promise<IDBDatabase>} */
function database() {
  opened ??= new Promise((yes, no) => {
    // A private window may have no IndexedDB, or refuse it only now.
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => {
      request.result.onclose = forget;
      yes(request.result);
    };
    request.onerror = () => no(request.error);
  });
  opened.catch(forget);
  return opened;
}

function forget() {
  opened = null;
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} work
 * @returns {Promise<T>} once it is on the disk
 */
async function within(mode, work) {
  const db = await database();
  return new Promise((yes, no) => {
    const transaction = db.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => yes(request.result);
    transaction.onabort = transaction.onerror = () => no(transaction.error ?? request.error);
    // Without waiting for the answer: the page may be gone by then.
    transaction.commit();
  });
}

/** @param {string} name of a demo @returns {Promise<Kept|undefined>} */
export const load = (name) => within("readonly", (store) => store.get(name));

/** @param {string} name @param {Kept} kept takes the place of what was kept before, or nothing changes */
export const save = (name, kept) => within("readwrite", (store) => store.put(kept, name));

/** @param {string} name */
export const remove = (name) => within("readwrite", (store) => store.delete(name));
