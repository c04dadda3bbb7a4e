// Draws what Slack would show: `picture` is set by __main__.py before this runs. The blocks are drawn by
// slack-blocks-to-jsx; the frame of a modal or the home is ours, with the measures of a phone.
import { createRoot } from "react-dom/client";
import { Message } from "slack-blocks-to-jsx";
import "slack-blocks-to-jsx/dist/style.css";
import "./frame.css";

const LOGO =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" fill="#1f3a4d"/>' +
      '<path d="M25 12a9 9 0 1 0 0 12" fill="none" stroke="#fff" stroke-width="4"/></svg>',
  );

// A message has its sender beside it; a modal and the home have not.
function Blocks({ blocks, bare }) {
  const sent = new Date(2026, 10, 23, 9, 0);
  return <Message blocks={blocks} name="Candour" logo={LOGO} time={sent} theme="light" withoutWrapper={bare} />;
}

function Modal({ view }) {
  return (
    <section className="frame">
      <header className="bar">
        <span>Close</span>
        <b>{view.title.text}</b>
        <span>{view.submit ? view.submit.text : ""}</span>
      </header>
      <Blocks blocks={view.blocks} bare />
    </section>
  );
}

function Home({ view }) {
  return (
    <section className="frame">
      <header className="bar">
        <b>Candour</b>
      </header>
      <Blocks blocks={view.blocks} bare />
    </section>
  );
}

const { picture } = window;
const shown = { modal: Modal, home: Home }[picture.type];
createRoot(document.getElementById("picture")).render(
  shown ? shown({ view: picture }) : <Blocks blocks={picture.blocks} />,
);
