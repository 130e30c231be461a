"""Data files of which it is asked how they are read, and those that nothing reads as they are."""

from __future__ import annotations

import json

from tests.data.files import ASKS, MARKED, PLAIN_PAIR, ROWS, SAYS, WORSE, DataFile, csv, lines, pairs, rows, talk, talks

ASKED = (
    DataFile("columns.csv", csv("review,summary", ASKS, SAYS), says="Which column is learned?",
             picks=("summary, answering review",)),
    DataFile("three.csv", csv("review,summary,note", ASKS, SAYS, "n"), says="Which column is learned?",
             picks=("summary", "summary, answering review")),
    DataFile("two-talks.jsonl", lines([{"messages": talk(n), "conversation": talk(n)} for n in range(ROWS)]),
             says="Which column has the messages?", picks=("messages",)),
    DataFile("pictured.jsonl", lines([{"image": "image.png", "question": ASKS.format(n), "answer": SAYS.format(n)}
                                      for n in range(ROWS)]), says="the pictures in `image` beside messages alone",
             picks=("answer, answering question, without the pictures",)),
    DataFile("one-picture.jsonl", lines([{"image": "image.png", "messages": talk(n)} for n in range(ROWS)]),
             says="`image` of row 1 is no list of pictures", picks=("the texts without the pictures",)),
    DataFile("no-picture.jsonl", lines([{"images": ["image.png"] if n % 3 else [], "messages": talk(n)}
                                        for n in range(ROWS)]), says="`images` of row 1 is an empty list",
             picks=("the texts without the pictures",)),
    DataFile("pictured-bot.jsonl", lines([{"images": ["image.png"], "messages": talk(n, assistant="Bot")}
                                          for n in range(ROWS)]), says="Bot speaks in them",
             picks=("the texts without the pictures",)),
    DataFile("pictured-keys.jsonl", lines([{"images": ["image.png"], "dialog": talk(n, "speaker", "text")}
                                           for n in range(ROWS)]), says="its messages have speaker and text",
             picks=("the texts without the pictures",)),
    DataFile("judged.jsonl", lines(MARKED), says="judged answers", picks=("every answer, bad ones too",)),
    DataFile("doctor.jsonl", lines(talks(user="patient", assistant="doctor")), says="Whose messages are learned?",
             picks=("doctor",)),
    DataFile("pairs.jsonl", lines(PLAIN_PAIR), says="compared answers", picks=("chosen alone",)),
)  # fmt: skip
BROKEN = (
    DataFile("empty.jsonl", b"", says="there is nothing in it"),
    DataFile("blank.jsonl", b"\n\n", says="there is nothing in it"),
    DataFile("head.csv", b"question,answer\n", says="there is no row in it"),
    DataFile("cut.jsonl", lines(talks()) + b'{"messages": [', says="line 25: not valid JSON"),
    DataFile("middle.jsonl", lines(talks()) + b"oops\n" + lines(talks()), says="line 25: not valid JSON"),
    DataFile("open.json", json.dumps(talks()).encode()[:-1], says="the list does not end"),
    DataFile("scalars.jsonl", b"1\n2\n", says="not a JSON object"),
    DataFile("utf16.jsonl", lines(talks()).decode().encode("utf-16"), says="UTF-16"),
    DataFile("latin1.csv", csv("question,answer", ASKS, SAYS) + "wo,café\n".encode("latin-1"),
             says="line 26: not UTF-8"),
    DataFile("semicolons.csv", csv("question;answer", ASKS, SAYS, mark=";"), says="separated by semicolons"),
    DataFile("tabs.tsv", csv("question\tanswer", ASKS, SAYS, mark="\t"), says="separated by tabs"),
    DataFile("ragged.csv", b"question,answer\na,b,c,d\n", says="4 cells under 2 names"),
    DataFile("nested.jsonl", lines([{"data": {"messages": talk(n)}} for n in range(ROWS)]), says="data.messages"),
    DataFile("silent.jsonl", lines(talks(assistant="user")), says="no assistant speaks"),
    DataFile("apart.jsonl", lines([{"prompt": talk(n)[:1], "completion": talk(n)[1:]} for n in range(ROWS)]),
             says="stand apart"),
    DataFile("ids.jsonl", lines([{"input_ids": [1, 2, 3]}] * ROWS), says="attention_mask and labels are not there"),
    DataFile("numbers.jsonl", lines([{"a": 1, "b": 2.5}] * ROWS), says="no column of it holds text"),
    DataFile("alone.jsonl", lines(rows(chosen=SAYS, rejected=WORSE)), says="no column holds the prompt",
             training="dpo"),
    DataFile("from.jsonl", lines(pairs(None, role="from", content="value", user="human", assistant="gpt")),
             says="have from and value", training="dpo"),
    DataFile("people.jsonl", lines(pairs(None, user="human", assistant="gpt")), says="speak human, gpt",
             training="dpo"),
    DataFile("texts.jsonl", lines(PLAIN_PAIR), says="ORPO reads `chosen`", training="orpo"),
    DataFile("unmarked.jsonl", lines(rows(prompt=ASKS, completion=SAYS)), says="true or false", training="kto"),
    DataFile("null-talk.jsonl", lines([{"messages": talk(n) if n % 3 else None} for n in range(ROWS)]),
             says="row 1 has no messages in `messages`"),
    DataFile("no-talk.jsonl", lines([{"messages": talk(n) if n % 3 else []} for n in range(ROWS)]),
             says="row 1 has no messages in `messages`"),
    DataFile("null-turn.jsonl", lines([{"messages": [*talk(n), None]} for n in range(ROWS)]),
             says="that is no message with role"),
    DataFile("numbers-said.jsonl", lines([{"messages": [talk(n)[0], {"role": "assistant", "content": n}]}
                                          for n in range(ROWS)]), says="a content in `messages` that is no text"),
    DataFile("two-forms.jsonl", lines([{"messages": talk(n)} if n % 2 else rows(instruction=ASKS, output=SAYS)[n]
                                       for n in range(ROWS)]), says="row 1 has no messages in `messages`"),
    DataFile("two-speakers.jsonl", lines([{"messages": talk(n) if n % 2 else talk(n, "from", "value")}
                                          for n in range(ROWS)]), says="that is no message with role"),
    DataFile("text-or-talk.jsonl", lines([{"messages": talk(n) if n % 2 else "some"} for n in range(ROWS)]),
             says="row 2 has something in `messages` that is no text"),
    DataFile("lists.jsonl", lines([{"conversation": [[ASKS.format(n), SAYS.format(n)]]} for n in range(ROWS)]),
             says="`conversation` holds lists"),
    DataFile("said.jsonl", lines([{"id": f"{n}", "data": [ASKS.format(n), SAYS.format(n)]} for n in range(ROWS)]),
             says="`data` holds lists"),
    DataFile("answers.jsonl", lines([{"question": ASKS.format(n), "answers": {"text": [SAYS.format(n)]}}
                                     for n in range(ROWS)]), says="`answers` holds blocks"),
    DataFile("sums.csv", csv("question,answer", ASKS, "{}"), says="`answer` holds numbers"),
    DataFile("bare.jsonl", "".join(json.dumps(talk(n)) + "\n" for n in range(ROWS)).encode(),
             says="line 2: each line is a list"),
    DataFile("wrapped.json", json.dumps({"version": "1", "data": rows(question=ASKS, answer=SAYS)}).encode(),
             says="stand in a list `data`"),
    DataFile("twice.jsonl", b'{"question": "a", "answer": "b", "answer": "c"}\n', says="line 1: `answer` stands twice"),
    DataFile("notes.md", b"# mine\n", says="line 1: not valid JSON: Axolotl takes every file for JSON"),
    DataFile("hh.jsonl", lines(rows(chosen=f"\n\nHuman: {ASKS}\n\nAssistant: {SAYS}",
                                    rejected=f"\n\nHuman: {ASKS}\n\nAssistant: {WORSE}")),
             says="a whole conversation as one text", training="dpo"),
    DataFile("null-pair.jsonl", lines([{**one, "rejected": one["rejected"] if n % 3 else None}
                                       for n, one in enumerate(PLAIN_PAIR)]), says="row 1 has nothing in `rejected`",
             training="dpo"),
    DataFile("null-mark.jsonl", lines([{**one, "completion": one["completion"] if n % 3 else None}
                                       for n, one in enumerate(MARKED)]), says="row 1 has nothing in `completion`",
             training="kto"),
    DataFile("apart.jsonl", lines([{"prompt": talk(n)[:1], "completion": talk(n)[1:], "label": bool(n % 2)}
                                   for n in range(ROWS)]), says="the answer stands alone", training="kto"),
    DataFile("nothing", {"README.md": b"# mine\n"}, says="no data file stands in this folder"),
)  # fmt: skip
