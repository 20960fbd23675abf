// Package mail writes Sallyport's mails and hands them to Amazon SES.
//
// Each kind of contract §7 has one text in templates/<kind>.txt: the subject,
// then paragraphs, then a line "--- <question>" and what to do if the answer
// is no. The text and the HTML part are both made from it by layout.txt and
// layout.html, which add the facts: which account, when, from which address.
//
// To change the words of a mail, change its text and run
// go test ./shared/mail -update, then read the golden files that differ.
package mail
