export { offers } from './offers.ts'
export { OffersError } from './errors.ts'
export { DEFAULTS } from './options.ts'
export type { OffersComponents } from './offers.ts'
export type { OffersCode } from './errors.ts'
export type { RecordEntry } from '@stoa/record'
export type { OffersInit, OffersOptions } from './options.ts'
export type { OffersEvents, OffersService, OffersStatus } from './service.ts'
export type { NewOffer, Offer, OfferState, OwnOffer, PublishOptions, UpdateOptions } from './offer.ts'
export type { ListFilter, ListOptions, MarketCount, OfferFilter, Page } from './filter.ts'
export type { OfferEvent, OfferRef, Watch } from './watch.ts'
export type { Market, MarketDefinition, TypedNewOffer, TypedOffer, ValueOfMarket } from './market.ts'
export type {
  BadEntry,
  ImportOptions,
  ImportProgress,
  ImportReport,
  PublishManyOptions,
  PublishManyProgress,
  TransferOptions,
} from './transfer.ts'
