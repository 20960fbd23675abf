// Package stream connects the notify function to what invokes it: batches of
// the table's stream, the schedule that does what is due, what SES reports of
// mails that did not arrive, and a recount by hand. They are told apart by the
// shape of the event.
package stream
