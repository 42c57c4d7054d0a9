package finik

// What a webhook does with a signature, for vectors whose texts are no requests.
var Verifies = Webhook.verifies
