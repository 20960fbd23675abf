// Package dynamo is the store on the one DynamoDB table.
//
// # Keys
//
// Only keys.go builds a key. The tenant comes first; ids cannot hold '#', so
// no two records share a key.
//
//	record        pk                           sk
//	tenant        <tenant>                     tenant
//	roster        <tenant>                     roster
//	auth          <tenant>#<user>              auth
//	directory     <tenant>#<user>              directory
//	enrollment    <tenant>#<user>              enrollment
//	devices       <tenant>#<user>              devices
//	tombstone     <tenant>#<user>              tombstone
//	redemption    <tenant>##redemption#<id>    redemption
//	announcement  <tenant>##announcement#<id>  announcement
//	mail          <tenant>##mail#<id>          mail
//	event row     <tenant>##event              <id>
//	once          #once#<id>                   once
//	API key       #key                         <id>
//	signing keys  #signing                     signing
//	root keys     #root                        <purpose>
//
// A statement on dynamodb:LeadingKeys can single out the trail with "*##event",
// the outbox with "*##mail#*", and the keys with "#key", "#signing", "#root".
// An event row or an announcement about no tenant has an empty <tenant>.
//
// # Index
//
// One sparse, keys-only index, "list", on lp and ls:
//
//	directory     <tenant>#<0-9>  <user>                      ten shards by user id
//	queued mail   #mail#now       <due ms>#<tenant>#<id>      lane "now" or "bulk"
//
// Verifying never touches it. A mail leaves it when it is sent or failed.
//
// # Attributes
//
// v is the version, i the incarnation that is compared with it, e the event that
// was written with it, ttl the expiry (see items.go). Everything else is listed in items_*.go, once for both directions.
// Attributes that this code does not know travel in Meta.Rest and are written
// back. What is packed into one binary attribute can never grow: a new member
// gets an attribute of its own.
package dynamo
