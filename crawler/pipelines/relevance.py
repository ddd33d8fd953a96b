"""Keeps what is near enough to the seeds, in the window and in a language that counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

from crawler.items import Outcome, Visit
from dedupe.models import Article

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.plan import Plan

__all__ = ["RelevancePipeline"]


class RelevancePipeline:
    """Turns the outcome of an article that does not count into the reason why."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler.spider.plan)  # type: ignore[union-attr]

    def process_item(self, visit: Visit) -> Visit:
        """Pass a visit on, with its final outcome."""
        if visit.outcome is not Outcome.KEPT or visit.article is None:
            return visit
        outcome, detail = self._judge(visit.article)
        return replace(visit, outcome=outcome, detail=detail)

    def _judge(self, article: Article) -> tuple[Outcome, str]:
        relevance = article.relevance or 0.0
        if relevance < self._plan.threshold:
            return Outcome.OFF_TOPIC, f"relevance {relevance:.2f}; the least is {self._plan.threshold:.2f}"
        if not self._plan.window.holds(article.published):
            return Outcome.OUTSIDE_WINDOW, f"published {article.published:%Y-%m-%d}"
        if self._plan.languages and article.language and article.language not in self._plan.languages:
            return Outcome.OTHER_LANGUAGE, f"in {article.language}"
        if article.paywalled and len(article.text) < self._plan.stub:
            return Outcome.STUB, f"not free, and {len(article.text)} characters long"
        return Outcome.KEPT, f"relevance {relevance:.2f}"
