//! The survey with its real parts: `littlethings-mail` as a program, its letters, and requests over
//! sockets. What the form does with a request in detail is shown in `survey`, without a network.

mod letters;
mod program;
mod scanner;
mod serving;
mod several;
mod strangers;
mod whole;
