package probetest

import "slices"

// ippHead is version, status or operation, and request-id (RFC 8010 section
// 3.1.1).
const ippHead = 8

// echoRequestID is answer with the request-id of question; nil when question
// is not an IPP request.
func echoRequestID(answer, question []byte) []byte {
	if len(question) <= ippHead || len(answer) < ippHead {
		return nil
	}
	if major := question[0]; major != 1 && major != 2 {
		return nil
	}
	out := slices.Clone(answer)
	copy(out[4:ippHead], question[4:ippHead])
	return out
}
