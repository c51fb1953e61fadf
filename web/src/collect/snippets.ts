/** How a sender calls, in the language of each: with the address of this server and a key put in. */
export const SNIPPETS: Record<string, (address: string, key: string) => string> = {
  curl: (address, key) =>
    [
      `curl -u ${key}: -H 'Content-Type: application/json' ${address}/v1/track \\`,
      `  -d '{"userId": "u1", "event": "Product Viewed", "properties": {"price": 12.5}}'`,
    ].join('\n'),
  JavaScript: (address, key) =>
    [
      `<script src="${address}/coterie.js"></script>`,
      '<script>',
      `  coterie.load("${key}")`,
      '  coterie.identify("u1", { email: "ann@shop.example" })',
      '  coterie.track("Product Viewed", { price: 12.5 })',
      '</script>',
    ].join('\n'),
  Python: (address, key) =>
    [
      'from segment import analytics',
      `analytics.write_key = "${key}"`,
      `analytics.host = "${address}"`,
      'analytics.track("u1", "Product Viewed", {"price": 12.5})',
      'analytics.flush()',
    ].join('\n'),
  Node: (address, key) =>
    [
      'import { Analytics } from "@segment/analytics-node"',
      `const analytics = new Analytics({ writeKey: "${key}", host: "${address}" })`,
      'analytics.track({ userId: "u1", event: "Product Viewed", properties: { price: 12.5 } })',
    ].join('\n'),
}
