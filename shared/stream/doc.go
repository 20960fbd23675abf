// Package stream connects the notify function to what invokes it: batches of
// the table's stream, and the schedule that sends the mails that are due. The
// two are told apart by the shape of the event.
package stream
