// Package pages holds the hosted pages: plain HTML, one style sheet, and one
// script for each page, all built into the binary.
//
// A page is the same for everybody. Nothing of a request ever enters it; who
// it is for it learns from the API, with the token that stands in its URL's
// fragment and so never reaches a server or a log. It addresses everything
// relative to itself, so that it works below any configured URL.
//
// To add a page: its body in html/, its script in script/, a line in the
// table of files.go, and its routes (see package httpapi). The script comes
// after the parts that it names there; all parts share one function's scope.
package pages
