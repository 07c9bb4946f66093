"""Who performs the effects of taking records away."""

from bot.container import Container
from bot.domain.reading.effects import ExportDossier
from bot.workers.delivery import Performers
from bot.workers.publishing.publisher import Publisher
from bot.workers.reading.dossier import DossierWriter, Names


def performers(parts: Container, publisher: Publisher) -> Performers:
    services = parts.services
    names = Names(services.dossiers, parts.lookup)
    dossiers = DossierWriter(services.dossiers, services.rooms, names, publisher, parts.policy)
    return {ExportDossier: dossiers.perform}
