// The shell of the simulated portal. Like the real one it is a single page: the hash names the resource, links
// move by the hash or by pushState, and nothing is written with innerHTML (Trusted Types forbid it).
(() => {
  'use strict';
  const report = (text) => navigator.sendBeacon('/__sim/console', String(text).slice(0, 4000));
  const original = console.error;
  console.error = (...parts) => { report(parts.map(String).join(' ')); original.apply(console, parts); };
  addEventListener('error', (event) => report(`${event.message} (${event.filename}:${event.lineno})`));
  addEventListener('unhandledrejection', (event) => report(`unhandled: ${event.reason}`));

  const world = JSON.parse(document.getElementById('world').textContent);
  const japanese = document.documentElement.lang === 'ja';
  const words = japanese ? {
    home: 'ホーム', sets: '仮想マシン スケール セット', machines: '仮想マシン', accounts: 'ストレージ アカウント', overview: '概要',
    instances: 'インスタンス', group: 'リソース グループ', location: '場所', subscription: 'サブスクリプション', status: '状態',
    running: '実行中', os: 'オペレーティング システム', orchestration: 'オーケストレーション モード', upgrade: 'アップグレード ポリシー',
    name: '名前', address: 'プライベート IP アドレス', latest: '最新モデル', yes: 'はい', no: 'いいえ', notFound: '見つかりません',
    essentials: '基本', watcher: 'Network Watcher', log: 'アクティビティ ログ', network: 'ネットワーク', scaling: 'スケーリング',
    extensions: '拡張機能とアプリケーション', restart: '再起動', start: '開始', stop: '停止', refresh: '最新の情報に更新', sku: 'SKU',
    set: '仮想マシン スケール セット', account: 'ストレージ アカウント', search: 'リソース、サービス、ドキュメントの検索 (G+/)',
  } : {
    home: 'Home', sets: 'Virtual machine scale sets', machines: 'Virtual machine', accounts: 'Storage accounts', overview: 'Overview',
    instances: 'Instances', group: 'Resource group', location: 'Location', subscription: 'Subscription', status: 'Status',
    running: 'Running', os: 'Operating system', orchestration: 'Orchestration mode', upgrade: 'Upgrade policy',
    name: 'Name', address: 'Private IP address', latest: 'Latest model', yes: 'Yes', no: 'No', notFound: 'Not found',
    essentials: 'Essentials', watcher: 'Network Watcher', log: 'Activity log', network: 'Networking', scaling: 'Scaling',
    extensions: 'Extensions + applications', restart: 'Restart', start: 'Start', stop: 'Stop', refresh: 'Refresh', sku: 'SKU',
    set: 'Virtual machine scale set', account: 'Storage account', search: 'Search resources, services, and docs (G+/)',
  };

  const make = (tag, properties = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in element && typeof value !== 'string') element[name] = value; else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };
  const link = (id, text) => make('a', { href: `#@${world.domain}/resource${id}` }, text);
  const essentials = (pairs) => make('dl', { class: 'fxs-essentials' },
    ...pairs.map(([term, value]) => make('div', {}, make('dt', {}, term), make('dd', {}, value))));
  const table = (caption, heads, rows) => make('table', { 'aria-label': caption },
    make('thead', {}, make('tr', {}, ...heads.map((head) => make('th', { scope: 'col' }, head)))),
    make('tbody', {}, ...rows.map((cells) => make('tr', {}, ...cells.map((cell) => make('td', {}, cell))))));
  const commands = (...names) => make('div', { class: 'fxs-commands', role: 'toolbar' },
    ...names.map((name) => make('button', {}, name)));

  // The resource that a hash names, in any of the portal's forms.
  const resourceOf = (hash) => {
    let text = hash;
    for (let turn = 0; turn < 2; turn += 1) { try { text = decodeURIComponent(text); } catch { break; } }
    const match = /\/subscriptions\/([0-9a-f-]{36})\/resourceGroups\/([^/?#&]+)\/providers\/([^/?#&]+)\/([^/?#&]+)\/([^/?#&]+)(?:\/virtualMachines\/([^/?#&]+))?(?:\/([a-zA-Z]+))?/i.exec(text);
    if (!match) return null;
    const [, subscription, group, namespace, kind, name, instance, menu] = match;
    return { subscription, group, type: `${namespace}/${kind}`.toLowerCase(), name, instance, menu: menu ?? 'overview' };
  };
  const same = (a, b) => a.toLowerCase() === b.toLowerCase();
  const find = (list, resource) => list?.find((item) => same(item.name, resource.name) && same(item.group, resource.group));

  const element = (id) => document.getElementById(id);
  const show = (glyph, title, subtitle, crumbs, menu, ...content) => {
    document.title = `${title} - Microsoft Azure (simulated)`;
    element('title').replaceChildren(make('span', { class: 'fxs-glyph', 'aria-hidden': 'true' }, glyph),
      make('div', {}, make('h1', {}, title), make('p', {}, subtitle)));
    element('breadcrumb').replaceChildren(...crumbs.flatMap((crumb, n) => (n ? [' › ', crumb] : [crumb])));
    element('menu').replaceChildren(...menu);
    element('content').replaceChildren(...content);
  };
  const home = () => make('a', { href: '#home' }, words.home);

  const setPage = (subscription, set, resource) => {
    const entry = (name, text) => {
      const item = make('a', { href: `#@${world.domain}/resource${set.id}/${name}` }, text);
      if (name === resource.menu) item.setAttribute('aria-current', 'page');
      return item;
    };
    const menu = [entry('overview', words.overview), entry('instances', words.instances), entry('networking', words.network),
      entry('scaling', words.scaling), entry('extensions', words.extensions), entry('eventlogs', words.log)];
    const rows = set.instances.map((instance) => {
      const id = instance.flexible
        ? set.id.replace(/virtualMachineScaleSets\/.*/, `virtualMachines/${instance.name}`)
        : `${set.id}/virtualMachines/${instance.id}`;
      return [link(id, instance.name), instance.address, make('span', { class: 'fxs-ok' }, words.running),
        make('span', { class: instance.latest ? 'fxs-ok' : 'fxs-warn' }, instance.latest ? words.yes : words.no)];
    });
    const instances = table(words.instances, [words.name, words.address, words.status, words.latest], rows);
    const about = essentials([[words.group, set.group], [words.status, make('span', { class: 'fxs-ok' }, words.running)],
      [words.location, set.location], [words.subscription, subscription.name], [words.os, set.os],
      [words.orchestration, set.orchestration], [words.upgrade, set.upgrade], [words.instances, String(set.capacity)]]);
    const content = resource.menu === 'overview'
      ? [commands(words.start, words.restart, words.stop, words.refresh), make('h2', {}, words.essentials), about,
        make('h2', {}, words.instances), instances]
      : [commands(words.refresh), make('h2', {}, menu.find((item) => item.getAttribute('aria-current'))?.textContent ?? words.instances), instances];
    show('VS', set.name, words.set, [home(), make('a', { href: '#view/sets' }, words.sets), set.name], menu, ...content);
  };

  const instancePage = (set, resource) => {
    const instance = set.instances.find((item) => item.id === resource.instance);
    const name = instance?.name ?? `${set.name}_${resource.instance}`;
    show('VM', name, words.machines, [home(), link(set.id, set.name), name], [link(set.id, set.name)],
      commands(words.start, words.restart, words.stop),
      essentials([[words.status, words.running], [words.address, instance?.address ?? ''], [words.location, set.location]]));
  };

  const listPage = (title, rows) => show('≡', title, 'Contoso', [home(), title], [],
    table(title, [words.name, words.group, words.location, words.subscription], rows));
  const rowsOf = (member) => world.subscriptions.flatMap((subscription) => subscription[member].map((item) =>
    [link(item.id, item.name), item.group, item.location, subscription.name]));

  const draw = () => {
    const resource = resourceOf(location.hash) ?? resourceOf(location.pathname);
    const subscription = resource && world.subscriptions.find((item) => same(item.id, resource.subscription));
    if (resource?.type === 'microsoft.compute/virtualmachinescalesets') {
      const set = find(subscription?.scaleSets, resource);
      if (set && resource.instance) return instancePage(set, resource);
      if (set) return setPage(subscription, set, resource);
    }
    if (resource?.type === 'microsoft.compute/virtualmachines') {
      return show('VM', resource.name, words.machines, [home(), resource.name], [],
        essentials([[words.group, resource.group], [words.status, words.running]]));
    }
    if (resource?.type === 'microsoft.storage/storageaccounts') {
      const account = find(subscription?.storageAccounts, resource);
      if (account) {
        return show('SA', account.name, words.account, [home(), account.name], [], commands(words.refresh),
          essentials([[words.group, account.group], [words.location, account.location], [words.sku, account.sku]]));
      }
    }
    if (resource) return show('?', words.notFound, resource.name, [home()], []);
    if (/view\/sets/.test(location.hash)) return listPage(words.sets, rowsOf('scaleSets'));
    if (/view\/accounts/.test(location.hash)) return listPage(words.accounts, rowsOf('storageAccounts'));
    if (/NetworkWatcherMenuBlade/.test(location.hash)) return show('NW', words.watcher, 'Packet capture', [home()], []);
    return show('⌂', words.home, 'Contoso', [words.home], [], make('h2', {}, words.sets),
      table(words.sets, [words.name, words.group, words.location, words.subscription], rowsOf('scaleSets')),
      make('h2', {}, words.accounts),
      table(words.accounts, [words.name, words.group, words.location, words.subscription], rowsOf('storageAccounts')));
  };

  element('domain').textContent = world.domain;
  element('search').placeholder = words.search;
  element('search').setAttribute('aria-label', words.search);
  element('sidebar').append(make('a', { href: '#home' }, words.home), make('a', { href: '#view/sets' }, words.sets),
    make('a', { href: '#view/accounts' }, words.accounts),
    make('a', { href: '#view/Microsoft_Azure_Network/NetworkWatcherMenuBlade/~/packetCapture' }, words.watcher));
  const sidebar = (open) => { element('sidebar').hidden = !open; element('menu-toggle').setAttribute('aria-expanded', String(open)); };
  element('menu-toggle').addEventListener('click', () => sidebar(element('sidebar').hidden));
  element('theme-toggle').addEventListener('click', () => {
    for (const place of [document.documentElement, document.body]) {
      for (const [light, dark] of [['fxs-mode-light', 'fxs-mode-dark'], ['ext-mode-light', 'ext-mode-dark'], ['fxs-theme-blue', 'fxs-theme-dark']]) {
        const wasDark = place.classList.contains(dark);
        place.classList.toggle(dark, !wasDark);
        place.classList.toggle(light, wasDark);
      }
    }
  });
  // As the portal: a click moves by pushState, which fires neither hashchange nor popstate.
  document.addEventListener('click', (event) => {
    const anchor = event.target.closest?.('a[href^="#"]');
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    sidebar(false);
    history.pushState(null, '', anchor.getAttribute('href'));
    draw();
  });
  addEventListener('hashchange', draw);
  addEventListener('popstate', draw);
  draw();
})();
