// Package dynamo is the store on the one DynamoDB table.
//
// # Keys
//
// Only keys.go builds a key. The tenant comes first; ids cannot hold '#', so
// no two records share a key.
//
//	record         pk                             sk
//	tenant         <tenant>                       tenant
//	roster         <tenant>                       roster
//	auth           <tenant>#<user>                auth
//	directory      <tenant>#<user>                directory
//	address        <tenant>#<user>                address
//	enrollment     <tenant>#<user>                enrollment
//	devices        <tenant>#<user>                devices
//	tombstone      <tenant>#<user>                tombstone
//	redemption     <tenant>##redemption#<0-9>     <id>
//	announcement   <tenant>##announcement#<0-9>   <id>
//	mail           <tenant>##mail#<0-9>           <user>/<id>
//	count          <tenant>##count#<0-9>          <0-9>
//	counted        <tenant>##counted#<0-9>        <user>
//	due            <tenant>##due#<0-9>            <user>/<reason>
//	mail health    <tenant>##mail_health          bulk
//	event row      <tenant>##event                <id>
//	reset request  <tenant>##reset_request        <id>
//	reminder       <tenant>##reminder             <id>
//	once           #once#<id>                     once
//	API key        #key                           <id>
//	deletion       #deletion                      <tenant>, or <tenant>#<user>#<incarnation>
//	signing keys   #signing                       signing
//	root keys      #root                          <purpose>
//
// <0-9> behind a '#' is a shard by the record's id, so that a busy tenant is not
// one hot partition and all its records can be found.
//
// Whatever the function notify writes lies in partitions of its own.
// A statement on dynamodb:LeadingKeys can single out the trail with "*##event",
// the outbox with "*##mail#*", and the keys with "#key", "#signing", "#root".
// An event row or an announcement about no tenant has an empty <tenant>.
//
// # Index
//
// One sparse, keys-only index, "list", on lp and ls:
//
//	directory         <tenant>#<0-9>           <user>
//	address           <tenant>#address#<0-9>   <address>#<user>
//	tombstone         <tenant>#gone            <user>
//	client            <parent>#children        <tenant>
//	once              <tenant>#once            <id>
//	event row         <tenant>#filed           <filed ms>#<id>
//	reset request     <tenant>#resets          <user>#<id>
//	queued mail       #mail#<lane>             <due ms>#<tenant>#<id>
//	running reminder  #reminder                <tenant>#<id>
//	due               #due#<0-9>               <ms>#<tenant>#<user>#<reason>
//
// The shards here are by user id. Verifying never touches the index. A mail
// leaves it when it is sent or failed. Filing an event costs one unit for the
// row and one for its place in the order of filing, which a trail that misses
// nothing needs: the row's own place is the time when it happened.
//
// # Attributes
//
// v is the version, i the incarnation that is compared with it, e the event that
// was written with it, ttl the expiry (see items.go). Everything else is listed
// in items_*.go, once for both directions. Attributes that this code does not
// know travel in Meta.Rest and are written back. What is packed into one binary attribute can never grow: a new member
// gets an attribute of its own.
package dynamo
